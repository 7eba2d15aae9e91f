"""What members and admins ask of the bot in chats: `verbs` reads it, `door` puts it off, `carrying_out` does it."""
