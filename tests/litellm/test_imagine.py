from tests.flow.test_imagine import *  # noqa: F403  # the very tests, with the stage of this folder
