"""The pages of projects, one module per noun. Each view declares who may open it (web.projects.access)."""
