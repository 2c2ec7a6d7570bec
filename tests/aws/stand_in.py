"""AWS on this machine: moto's server, and boto3's clients of it.

Moto passes over kinds of resources that it does not know, and then cannot list any: so it is given the stack without
them. Those are read from the template, with references resolved to what was created, and held against AWS' own
description of its calls, which boto3 carries.
"""

import base64
import json
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.validate import ParamValidator
from cfnlint.decode import cfn_yaml
from moto.server import ThreadedMotoServer

ROOT: Final = Path(__file__).resolve().parents[2]
TEMPLATE: Final = ROOT / "deploy" / "aws" / "stack.yaml"
REGION: Final = "eu-central-1"
_UNKNOWN_TO_MOTO: Final = {
    "AWS::CloudFormation::WaitCondition",
    "AWS::CloudFormation::WaitConditionHandle",
    "AWS::CloudWatch::Alarm",
    "AWS::DLM::LifecyclePolicy",
    "AWS::EC2::EIPAssociation",
}
_CREDENTIALS: Final = {"region_name": REGION, "aws_access_key_id": "a", "aws_secret_access_key": "b"}


class Aws:
    """Ends with `end`."""

    def __init__(self) -> None:
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.url = f"http://{host}:{port}"

    def client(self, service: str) -> Any:
        return boto3.client(service, endpoint_url=self.url, **_CREDENTIALS)

    def end(self) -> None:
        self._server.stop()


class Stack:
    """Created with `parameters`; `ready_url` is where the instance tells that it is ready."""

    def __init__(self, aws: Aws, name: str, parameters: dict[str, str], *, ready_url: str = "http://ready") -> None:
        self.aws = aws
        self.name = name
        self._parameters = parameters
        self._client = aws.client("cloudformation")
        self.template: dict[str, Any] = json.loads(json.dumps(cfn_yaml.load(str(TEMPLATE))))
        resources = self.template["Resources"]
        # Last, what there may be under a condition: where it is not made, moto finds nothing behind it either.
        ordered = sorted(resources.items(), key=lambda named: "Condition" in named[1])
        known = {name: found for name, found in ordered if found["Type"] not in _UNKNOWN_TO_MOTO}
        # What would be made by AWS, an address to tell, is told from outside.
        declared = {**self.template["Parameters"], "Ready": {"Type": "String"}}
        self._client.create_stack(
            StackName=name,
            TemplateBody=json.dumps({**self.template, "Resources": known, "Parameters": declared}),
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value}
                for key, value in {**parameters, "Ready": ready_url}.items()
            ],
            Capabilities=["CAPABILITY_IAM"],
        )

    def description(self) -> dict[str, Any]:
        found: dict[str, Any] = self._client.describe_stacks(StackName=self.name)["Stacks"][0]
        return found

    def outputs(self) -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self.description()["Outputs"]}

    def id_of(self, resource: str) -> str:
        """Physical, as AWS names it."""
        found = self._client.describe_stack_resource(StackName=self.name, LogicalResourceId=resource)
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def properties(self, kind: str) -> dict[str, Any]:
        """Of each resource of that type, by its logical name, with references resolved."""
        resources = self.template["Resources"].items()
        return {name: self._resolved(found["Properties"]) for name, found in resources if found["Type"] == kind}

    def user_data(self) -> str:
        """As the instance gets it."""
        found = self.aws.client("ec2").describe_instance_attribute(
            InstanceId=self.id_of("Instance"), Attribute="userData"
        )
        return base64.b64decode(found["UserData"]["Value"]).decode()

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._resolved(each) for each in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"Ref"}:
            return self._reference(value["Ref"])
        return {key: self._resolved(each) for key, each in value.items()}

    def _reference(self, name: str) -> Any:
        if name in self.template["Parameters"]:
            return self._parameters.get(name, self.template["Parameters"][name].get("Default"))
        pseudo = {"AWS::StackName": self.name}
        # What moto does not know is called by its logical name.
        known = self.template["Resources"].get(name, {}).get("Type") not in _UNKNOWN_TO_MOTO
        return pseudo.get(name) or (self.id_of(name) if known else name)


def faults(service: str, operation: str, parameters: dict[str, Any]) -> str:
    """What AWS' description of that call has against the parameters; nothing where it takes them."""
    model = boto3.client(service, **_CREDENTIALS).meta.service_model
    return str(ParamValidator().validate(parameters, model.operation_model(operation).input_shape).generate_report())
