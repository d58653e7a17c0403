"""Looking at drafts in bulk: scoring files of them, and learning from what people said."""
