"""`sunlit-bid`: the offline tool of bidders and key holders, with its own trust anchors.

It is the answer to altered JavaScript from the server (SEALED_BID 7): keys, plaintext and the
decision what to sign stay on the person's own computer; nothing is believed that can be checked.
"""
