"""The council memo: a comparison of options on two pages."""
