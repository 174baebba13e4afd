-- PostgreSQL's pages only; nothing to do here.
SELECT 1;
