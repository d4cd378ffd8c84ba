"""The explorer: a graph as pages for people, and a SPARQL endpoint and a JSON API for programs, all of them read-only.

`app` takes requests, `pool` hands them to the process of `nursery`, which holds the `snapshot` and forks a bounded child for each; there
the `views` of `pages`, `api` and `protocol` answer. A file stands below those that it uses.
"""
