"""What an image of a page needs to become cells: rendering, turning upright, rules, lines of text, recognition."""
