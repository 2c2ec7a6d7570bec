"""The stack: each property that docs/deploy.md and the operator rely on."""

import ast
import re
from typing import Any

import pytest

from tests.aws.stand_in import REGION, ROOT, Aws, Stack, faults

#: Metric, what it is compared with, and that somebody is told.
ALARMS = {
    "HostBroken": ("StatusCheckFailed_System", 1),
    "InstanceBroken": ("StatusCheckFailed_Instance", 1),
    "Busy": ("CPUUtilization", 90),
    "DiskFull": ("DiskUsed", 80),
    "NotReady": ("Ready", 1),
}


def instance_of(stack: Stack) -> dict[str, Any]:
    found = stack.aws.client("ec2").describe_instances(InstanceIds=[stack.id_of("Instance")])
    instance: dict[str, Any] = found["Reservations"][0]["Instances"][0]
    return instance


def firewall(stack: Stack) -> dict[tuple[int, int], list[str]]:
    """Ports, and who may reach them."""
    groups = stack.aws.client("ec2").describe_security_groups(GroupIds=[stack.id_of("Firewall")])["SecurityGroups"]
    rules = groups[0]["IpPermissions"]
    assert all(rule["IpProtocol"] == "tcp" and not rule["UserIdGroupPairs"] for rule in rules)
    return {(rule["FromPort"], rule["ToPort"]): [each["CidrIp"] for each in rule["IpRanges"]] for rule in rules}


def test_it_is_created_and_says_what_to_do_next(stack: Stack) -> None:
    assert stack.description()["StackStatus"] == "CREATE_COMPLETE"
    outputs = stack.outputs()
    assert outputs["Url"] == "https://names.example.org/docs"
    assert outputs["Session"].endswith(f"--target {outputs['InstanceId']}")


def test_credentials_of_the_instance_need_a_token_and_reach_no_container(stack: Stack) -> None:
    versions = stack.aws.client("ec2").describe_launch_template_versions(
        LaunchTemplateId=stack.id_of("Metadata"), Versions=["$Latest"]
    )
    options = versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]["MetadataOptions"]
    assert options == {"HttpEndpoint": "enabled", "HttpTokens": "required", "HttpPutResponseHopLimit": 1}
    used = stack.properties("AWS::EC2::Instance")["Instance"]["LaunchTemplate"]
    assert used["LaunchTemplateId"] == stack.id_of("Metadata")


def test_the_disk_is_encrypted(stack: Stack) -> None:
    disks = instance_of(stack)["BlockDeviceMappings"]
    volumes = stack.aws.client("ec2").describe_volumes(VolumeIds=[disk["Ebs"]["VolumeId"] for disk in disks])["Volumes"]
    assert [(volume["Encrypted"], volume["Size"], volume["VolumeType"]) for volume in volumes] == [(True, 40, "gp3")]


def test_only_http_and_https_are_open(stack: Stack) -> None:
    assert firewall(stack) == {(80, 80): ["0.0.0.0/0"], (443, 443): ["0.0.0.0/0"]}
    assert stack.properties("AWS::EC2::Instance")["Instance"]["SecurityGroupIds"] == [
        {"Fn::GetAtt": ["Firewall", "GroupId"]}
    ]


def test_ssh_is_open_to_the_given_range_alone(aws: Aws, parameters: dict[str, str]) -> None:
    other = Stack(aws, "with-ssh", {**parameters, "SshRange": "203.0.113.7/32"})
    assert firewall(other)[22, 22] == ["203.0.113.7/32"]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("SshRange", "anywhere"),
        ("Domain", "https://names.example.org"),
        ("Domain", "a'; reboot; '.org"),
        ("DeployKey", "-----BEGIN OPENSSH PRIVATE KEY-----"),
        ("DeployKey", "ssh-ed25519 AAAA a'b"),
        ("Email", "you'@example.org"),
        ("Models", "en_sm; reboot"),
        ("Bootstrap", "#!/usr/bin/env bash"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(stack: Stack, parameter: str, value: str) -> None:
    """They end up in a script that root runs."""
    assert not re.search(stack.template["Parameters"][parameter]["AllowedPattern"], value)


def test_what_the_documents_give_is_taken(stack: Stack, parameters: dict[str, str]) -> None:
    for name, declared in stack.template["Parameters"].items():
        value = str(parameters.get(name, declared.get("Default")))
        assert re.search(declared.get("AllowedPattern", ""), value), name
        assert len(value) <= 4096, f"{name}: AWS takes no longer value"


def test_the_instance_may_report_and_be_logged_into_and_nothing_else(stack: Stack) -> None:
    iam, role = stack.aws.client("iam"), stack.id_of("Role")
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
    # The stand-in gives an inline policy of a stack back as Python's text.
    read = [ast.literal_eval(document) if isinstance(document, str) else document for document in documents]
    statements = [statement for document in read for statement in document["Statement"]]
    found = [each["Action"] for each in statements]
    actions = {action for each in found for action in ([each] if isinstance(each, str) else each)}
    assert actions == {
        "cloudwatch:PutMetricData",
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    }
    (report,) = (each for each in statements if each["Action"] == "cloudwatch:PutMetricData")
    assert report["Condition"] == {"StringEquals": {"cloudwatch:namespace": stack.name}}
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
    trusted = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert [each["Principal"] for each in trusted] == [{"Service": "ec2.amazonaws.com"}]
    profile = iam.get_instance_profile(InstanceProfileName=stack.id_of("Profile"))["InstanceProfile"]
    assert [each["RoleName"] for each in profile["Roles"]] == [role]
    assert instance_of(stack)["IamInstanceProfile"]["Arn"] == profile["Arn"]


def test_the_address_outlives_the_instance(stack: Stack) -> None:
    addresses = stack.aws.client("ec2").describe_addresses(PublicIps=[stack.outputs()["Address"]])["Addresses"]
    assert [address["Domain"] for address in addresses] == ["vpc"]
    (place,) = stack.properties("AWS::EC2::EIPAssociation").values()
    assert place == {"AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}, "InstanceId": stack.id_of("Instance")}


@pytest.mark.parametrize("name", ALARMS)
def test_somebody_is_told(stack: Stack, name: str) -> None:
    """Given to CloudWatch itself, by boto3: the stand-in's CloudFormation knows no alarms."""
    cloudwatch = stack.aws.client("cloudwatch")
    properties = stack.properties("AWS::CloudWatch::Alarm")[name]
    partition = {"${AWS::Partition}": "aws", "${AWS::Region}": REGION}
    actions = []
    for action in properties["AlarmActions"]:
        written = action if isinstance(action, str) else action["Fn::Sub"]
        actions.append(re.sub(r"\$\{AWS::\w+\}", lambda found: partition[found[0]], written))
    cloudwatch.put_metric_alarm(AlarmName=name, **{**properties, "AlarmActions": actions})
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert (alarm["MetricName"], alarm["Threshold"]) == ALARMS[name]
    assert stack.id_of("Alarms") in alarm["AlarmActions"]
    if alarm["Namespace"] == "AWS/EC2":
        assert alarm["Dimensions"] == [{"Name": "InstanceId", "Value": stack.id_of("Instance")}]
    else:
        # A report that fails to come is no good news.
        assert (alarm["Namespace"], alarm["TreatMissingData"]) == (stack.name, "breaching")


def test_every_alarm_is_known_here(stack: Stack) -> None:
    assert set(stack.properties("AWS::CloudWatch::Alarm")) == set(ALARMS)


def test_a_broken_host_is_left_and_a_broken_instance_started_anew(stack: Stack) -> None:
    alarms = stack.properties("AWS::CloudWatch::Alarm")
    assert alarms["HostBroken"]["AlarmActions"][0]["Fn::Sub"].endswith(":ec2:recover")
    assert alarms["InstanceBroken"]["AlarmActions"][0]["Fn::Sub"].endswith(":ec2:reboot")


def test_alarms_go_to_the_given_address(stack: Stack) -> None:
    found = stack.aws.client("sns").list_subscriptions_by_topic(TopicArn=stack.id_of("Alarms"))["Subscriptions"]
    assert [(each["Protocol"], each["Endpoint"]) for each in found] == [("email", "you@example.org")]


def test_the_disk_is_copied_each_night(stack: Stack) -> None:
    (policy,) = stack.properties("AWS::DLM::LifecyclePolicy").values()
    role = stack.aws.client("iam").get_role(RoleName=stack.id_of("SnapshotRole"))["Role"]
    given = {**policy, "ExecutionRoleArn": role["Arn"]}
    schedule = given["PolicyDetails"]["Schedules"][0]
    schedule["RetainRule"]["Count"] = int(schedule["RetainRule"]["Count"])
    assert faults("dlm", "CreateLifecyclePolicy", given) == ""
    assert policy["State"] == "ENABLED"
    assert schedule["CreateRule"] == {"Interval": 24, "IntervalUnit": "HOURS", "Times": ["03:00"]}
    assert schedule["RetainRule"] == {"Count": 14}
    # What it looks for is what the instance wears.
    assert given["PolicyDetails"]["TargetTags"][0] in instance_of(stack)["Tags"]
    trusted = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
    assert trusted == {"Service": "dlm.amazonaws.com"}


def test_a_fault_in_a_snapshot_policy_would_be_seen() -> None:
    assert "Schedule" in faults("dlm", "CreateLifecyclePolicy", {"PolicyDetails": {"Schedule": []}})


def test_the_stack_waits_for_the_instance(stack: Stack) -> None:
    (wait,) = stack.properties("AWS::CloudFormation::WaitCondition").values()
    assert wait == {"Handle": "Ready", "Timeout": "900", "Count": 1}


def test_the_documented_commands_fit_the_stack(stack: Stack) -> None:
    document = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^aws cloudformation deploy (?:.*\\\n)*.*$", document, re.MULTILINE)
    given = set(re.findall(r" ([A-Z]\w+)=", command))
    declared = stack.template["Parameters"]
    assert {name for name, parameter in declared.items() if "Default" not in parameter} <= given <= set(declared)
    asked = set(re.findall(r"\boutput ([A-Z]\w+)", document))
    assert asked
    assert asked <= set(stack.outputs())
