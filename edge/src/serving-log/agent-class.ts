/** The kind of client that a User-Agent names. Pure. */
import type { AgentClass } from "@spillway/shared/protocol/serving-log.ts";
import { readDevice } from "@spillway/shared/signals/device.ts";
import { remembered } from "@spillway/shared/signals/remembered.ts";
import { isRobotAgent } from "@spillway/shared/signals/robot-agent.ts";

/** The front of a header of 32 KB is enough. */
const MAX_CHARACTERS = 256;
const AGENTS = 2000;
const classOf = remembered(classify, AGENTS);

export function agentClassOf(userAgent: string): AgentClass {
  return classOf(userAgent.slice(0, MAX_CHARACTERS));
}

function classify(userAgent: string): AgentClass {
  if (userAgent === "") return "none";
  if (isRobotAgent(userAgent)) return "bot";
  if (readDevice(userAgent).value === "tv") return "tv";
  return userAgent.startsWith("Mozilla/") || userAgent.startsWith("Opera/") ? "browser" : "app";
}
