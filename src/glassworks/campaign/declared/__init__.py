"""What may be said in `config/`, and its sentences of refusal."""
