"""志愿积分: volunteers and the ledger of their points. Points are booked, reversed and summed, never edited."""
