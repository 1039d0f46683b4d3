"""Which services a county should keep, partner, consolidate or outsource."""
