"""A first set of files for somebody who begins: rules, their tests, settings, risks, a client."""
