"""The screens of volunteers: the list with balances beside the ledger of the selected one, and the form."""
