"""The subjects of the office, one folder each."""
