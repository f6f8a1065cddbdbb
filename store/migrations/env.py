"""What Alembic runs to reach the database: the connection that `upgrade` holds, transaction included."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, render_as_batch=True)
context.run_migrations()
