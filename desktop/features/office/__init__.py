"""本单位: this office, its places, its users and what they may do."""
