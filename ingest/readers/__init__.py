"""One module per kind of document, each turning a file into cells: `read(path) -> Reading`."""
