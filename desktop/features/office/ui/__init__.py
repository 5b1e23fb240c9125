"""The office's pages of 系统: its users, and the audit log."""
