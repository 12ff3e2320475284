import pytest

from tests.story.conftest import Checked


@pytest.mark.parametrize(
    ("condition", "never"),
    [
        ("oil > 4", True),
        ("oil > 3", False),
        ("lit and not lit", True),
        ("lit and oil == 4 and mood == 'wild'", False),
        ("mood == 'sad'", True),
        ("not dark", True),  # nothing sets it
        ("steps > 1000000", False),  # nobody can try them all
        ("visits('a') > 9", False),
        ("1 // oil > 2", False),  # it fails for one of the values
        ("false", True),
    ],
)
def test_a_condition_that_holds_for_no_value_is_warned_of(checked: Checked, condition: str, never: bool) -> None:
    report = checked(f"""
        story: x
        vars:
          oil: {{type: int, range: [0, 4]}}
          steps: {{type: int}}
          lit: false
          dark: true
          mood: {{type: enum, of: [calm, wild]}}
        scenes:
          a:
            say: ["{{{{ oil }}}} {{{{ steps }}}} {{{{ lit }}}} {{{{ dark }}}} {{{{ mood }}}}"]
            set: {{oil: oil + 1, steps: steps + 1, lit: true, mood: wild}}
            goto: [{{when: "{condition}", goto: a}}, end]
          end: {{ending: x}}
        """)
    assert [one.code for one in report.diagnostics] == ["never-true"] * never, report.render()


def test_a_variable_that_only_its_tests_look_at_is_not_read(checked: Checked) -> None:
    report = checked("""
        story: x
        vars: {lit: false}
        scenes:
          a: {set: {lit: true}, ending: x}
        tests:
          - {name: lit, expect: {vars: {lit: true}}}
        """)
    assert [(one.code, one.spot.line, one.spot.column) for one in report.diagnostics] == [("unread-variable", 2, 8)]
