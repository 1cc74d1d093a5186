"""A folder on the customer's SFTP server, where files arrive as they do in life: `kind.SFTP_DROP`."""
