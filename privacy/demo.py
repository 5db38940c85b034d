"""What `privacy` adds to the demo."""

from incidents.demo.stage import Scene, Stage


def scenes(stage: Stage) -> list[Scene]:
    from privacy.breach import demo

    return demo.scenes(stage)
