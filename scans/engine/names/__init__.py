"""What is known of host names: public suffixes, protected brands and their imitations, telling words and hosts."""
