"""The pages of boards, saved reports and public links."""
