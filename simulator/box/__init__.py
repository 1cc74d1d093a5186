"""A box: one container, without a network, that holds one exam and gives away its evidence and nothing else.

`outside` makes the container, hands in the deployment and the world's spec, follows its events, and takes the evidence
out; the host judges it. `inside` is what runs there: a keeper like any other, with the runtime `simulator.runtime.box`.
Both talk over the container's own streams, so that nothing of the host is mounted and no secret is on a command line
or in an environment. Where there is no engine, a container in which we are root can be the box itself.
"""
