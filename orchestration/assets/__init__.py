"""The asset graph, in the order of the data: documents, landing, models, release."""
