"""docker-compose.yml without Docker: the file by its schema, its secrets, and every command it would run."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from tests.integration.compose.deployment import ROOT, Deployment, Unset, load

HERE = Path(__file__).parent
APP = ("web", "query-worker", "ingest-worker", "beat")
SECRETS = sorted(set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text())))
SET = dict.fromkeys(SECRETS, "x" * 20)


def test_the_file_is_valid_by_the_compose_specification():
    schema = json.loads((HERE / "compose-spec.json").read_text())
    for document in (load(), load(SET)):
        jsonschema.Draft202012Validator(schema).validate(document)
        named = {name for each in document["services"].values() for name in each.get("volumes", [])}
        mounted = {name.split(":")[0] for name in named if not name.startswith(".")}
        assert mounted == set(document["volumes"])


def test_every_service_can_be_told_to_be_well_and_waits_for_what_it_needs():
    services = load(SET)["services"]
    assert set(services) == {*APP, "migrate", "postgres", "redis", "clickhouse"}
    for name, service in services.items():
        assert ("healthcheck" in service) == (name != "migrate"), name
    for name in APP:
        needed = services[name]["depends_on"]
        assert needed["migrate"]["condition"] == "service_completed_successfully"
        assert all(needed[server]["condition"] == "service_healthy" for server in ("postgres", "redis", "clickhouse"))
    assert services["web"]["volumes"][1] == services["ingest-worker"]["volumes"][1] == "spool:/spool"


def test_images_are_pinned_and_ours_is_not_root():
    for name, service in load(SET)["services"].items():
        tag = service["image"].rpartition(":")[2]
        assert re.fullmatch(r"\d+\.\d+(\.\d+)*(-\w+)?", tag), f"{name}: {service['image']}"
    steps = (ROOT / "deploy" / "Dockerfile").read_text().splitlines()
    assert [step for step in steps if step.startswith("USER ")] == ["USER 10001"]
    copied = [
        word for step in steps if step.startswith("COPY ") and "--from" not in step for word in step.split()[1:-1]
    ]
    assert all((ROOT / word).exists() for word in copied)
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert all(f"!{word.split('/')[0]}" in ignored for word in copied), "the build would not see it"


@pytest.mark.parametrize("name", SECRETS)
def test_an_unset_secret_stops_compose(name):
    with pytest.raises(Unset, match=name):
        load({**SET, name: ""})


def test_no_secret_has_a_value_in_the_repository():
    example = dict(
        line.split("=", 1)
        for line in (ROOT / "deploy" / ".env.example").read_text().splitlines()
        if line and line[0] != "#"
    )
    assert set(example) == set(SECRETS)
    assert not any(example.values())
    for name, service in load()["services"].items():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|TOKEN", variable):
                assert str(value).startswith("${"), f"{name}: {variable}"


# --- settings ---------------------------------------------------------------------------------------------------------

# What the file makes of the names and places of its own services. Everything else is the operator's to set.
MADE_BY_THE_FILE = {
    "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DATABASE_URL", "REDIS_URL", "CLICKHOUSE_URL", "CLICKHOUSE_QUERY_URL",
    "DATA_DIR", "SPOOL_DIR", "STATIC_ROOT",
}  # fmt: skip
NOT_ON_SERVERS = {"DEBUG"}
OF_MIGRATE_ALONE = {"CLICKHOUSE_MIGRATION_URL"}
SET_FOR_SERVERS = {"HTTPS", "TRUSTED_PROXIES"}  # here there is a proxy with TLS, whatever the settings' default is
READ = set(re.findall(r'\benv\.\w+\(\s*"(\w+)"', (ROOT / "web" / "settings.py").read_text()))
FREE = sorted(READ - MADE_BY_THE_FILE - NOT_ON_SERVERS - OF_MIGRATE_ALONE - {"SECRET_KEY"})


def test_every_setting_that_the_code_reads_reaches_every_process():
    assert len(FREE) > 10, "the pattern finds them no more"
    services = load()["services"]
    for name in (*APP, "migrate"):
        given = services[name]["environment"]
        assert set(given) >= READ - NOT_ON_SERVERS - OF_MIGRATE_ALONE, name
        for setting in FREE:
            assert given[setting].startswith(f"${{{setting}:-"), f"{name}: {setting}"
    of_gunicorn = set(re.findall(r"environ\.get\(['\"](\w+)", (ROOT / "gunicorn.conf.py").read_text()))
    assert set(services["web"]["environment"]) >= of_gunicorn


def test_what_an_operator_leaves_out_is_what_the_settings_say(monkeypatch):
    def settings(environment: dict[str, str]) -> dict[str, object]:
        for name in READ:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "web" / "settings.py"))

    given = load(SET)["services"]["web"]["environment"]
    names = [name for name in FREE if name not in SET_FOR_SERVERS]
    alone, composed = settings({}), settings({name: str(given[name]) for name in names})
    assert {name: composed[name] for name in names} == {name: alone[name] for name in names}
    assert composed["EMAIL_BACKEND"] == alone["EMAIL_BACKEND"]


def test_every_setting_is_explained_and_those_to_choose_are_in_the_example():
    told = re.findall(r"`(\w+)`", (ROOT / "docs" / "operations.md").read_text())
    assert set(told) >= READ
    example = re.findall(r"^#(\w+)=(.*)$", (ROOT / "deploy" / ".env.example").read_text(), re.MULTILINE)
    given = load(SET)["services"]["web"]["environment"]
    assert {name: value for name, value in example if name in FREE} == {name: str(given[name]) for name in FREE}


@pytest.mark.parametrize("secret", ["", "change-me-change-me-change-me-change-me"])
@pytest.mark.parametrize("service", ["web", "query-worker"])
def test_the_app_itself_refuses_a_missing_or_well_known_secret(service, secret, tmp_path):
    command = load(SET)["services"][service]["command"]
    settings = {**os.environ, "SECRET_KEY": secret, "DATA_DIR": str(tmp_path), "PORT": "0", "HOST": "127.0.0.1",
                "DJANGO_SETTINGS_MODULE": "web.settings", "REDIS_URL": "", "DATABASE_URL": ""}  # fmt: skip
    settings = {name: value for name, value in settings.items() if value or name == "SECRET_KEY"}
    refused = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=settings, capture_output=True, text=True, timeout=40
    )
    assert refused.returncode != 0
    assert "SECRET_KEY" in refused.stderr + refused.stdout


# --- ClickHouse's users -----------------------------------------------------------------------------------------------


def users() -> ET.Element:
    return ET.parse(ROOT / "deploy" / "clickhouse" / "users.xml").getroot()


def test_clickhouse_users_match_the_addresses_and_have_no_password_of_their_own():
    environment = load(SET)["services"]["migrate"]["environment"]
    named = {
        name: re.match(r"clickhouse://(\w+):", environment[name])[1]
        for name in ("CLICKHOUSE_URL", "CLICKHOUSE_QUERY_URL", "CLICKHOUSE_MIGRATION_URL")
    }
    assert named == {
        "CLICKHOUSE_URL": "ingest",
        "CLICKHOUSE_QUERY_URL": "query",
        "CLICKHOUSE_MIGRATION_URL": "migration",
    }
    known = load()["services"]["clickhouse"]["environment"]
    for user in users().find("users"):
        assert user.find("password").attrib["from_env"] in known
        assert user.find("password").text is None
        assert user.find("profile").text in {profile.tag for profile in users().find("profiles")}
    assert "migration" not in load(SET)["services"]["web"]["environment"]["CLICKHOUSE_QUERY_URL"]
    assert "CLICKHOUSE_MIGRATION_URL" not in load(SET)["services"]["web"]["environment"]


def test_the_query_user_only_reads_and_cannot_lift_its_limits():
    profile = users().find("profiles/query")
    assert profile.find("readonly").text == "2"
    for limit in ("max_execution_time", "max_memory_usage", "max_rows_to_read", "max_result_rows"):
        assert int(profile.find(limit).text) <= int(profile.find(f"constraints/{limit}/max").text)
        assert int(profile.find(f"constraints/{limit}/min").text) >= 1, "0 would mean no limit"
    grants = [grant.text for grant in users().findall("users/query/grants/query")]
    assert grants
    assert all(re.fullmatch(r"GRANT SELECT ON (footfall\.\*|system\.processes)", grant) for grant in grants)


def test_the_engine_knows_every_setting_and_understands_every_grant(clickhouse):
    known = {name for (name,) in clickhouse.execute("SELECT name FROM system.settings")}
    for profile in users().find("profiles"):
        names = {setting.tag for setting in profile} | {setting.tag for setting in profile.findall("constraints/*")}
        assert names - {"constraints"} <= known
    for grant in users().findall("users/*/grants/query"):
        (formatted,) = clickhouse.execute("SELECT formatQuery({sql:String})", {"sql": f"{grant.text} TO someone"})[0]
        assert formatted.startswith("GRANT ")


# --- the very commands ------------------------------------------------------------------------------------------------


@pytest.fixture
def deployment(
    tmp_path: Path, clickhouse_server: str, postgres_database: str, redis_database: str
) -> Iterator[Deployment]:
    deployment = Deployment(tmp_path / "deployment", postgres_database, redis_database, clickhouse_server)
    try:
        yield deployment
    finally:
        deployment.stop()


@pytest.mark.postgres
@pytest.mark.redis
def test_every_service_runs_by_its_command_is_healthy_and_ends_when_told(deployment):
    deployment.run("migrate")
    deployment.run("migrate")  # a second time changes nothing
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    without_secrets = {
        name: value for name, value in deployment.settings("web").items() if name in ("PATH", "STATIC_ROOT", "DATA_DIR")
    }
    subprocess.run(collect, cwd=ROOT, env=without_secrets, check=True, timeout=60)  # as the Dockerfile does
    for service in APP:
        deployment.start(service)
    for service in APP:
        deployment.until_healthy(service)
    codes = deployment.stop()
    assert all(code == 0 for code in codes.values()), codes
