"""The inbox: files come in, pages appear with their states, what the machine could not settle a person does."""
