from labs.base.cancel import CancelToken


def test_whoever_lets_go_does_not_end_it() -> None:
    token = CancelToken()
    assert (token.gone, token.cancelled) == (False, False)
    token.let_go()
    assert (token.gone, token.cancelled) == (True, False)
    token.cancel()
    assert (token.gone, token.cancelled) == (True, True)


def test_each_token_is_its_own() -> None:
    one, other = CancelToken(), CancelToken()
    one.cancel()
    assert not other.gone
