import { brokerConformance } from "../../src/conformance/broker-conformance.ts";
import { rabbitmqSubject } from "../support/rabbitmq-subject.ts";

brokerConformance(await rabbitmqSubject("quorum"));
