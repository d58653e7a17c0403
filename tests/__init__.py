"""The specification of hitl-chat; the folders mirror those of src/hitl_chat."""
