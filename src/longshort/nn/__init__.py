"""Networks described once, as plain data: layers, heads and losses. The executors in `training` give them life."""
