"""From files to a Panel, and from a Panel to the arrays that models take."""
