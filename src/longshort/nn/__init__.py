"""Networks described as plain data, and their parts."""
