import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { familyOf, plainNames } from "./families.ts";

const otel = ["http_client_request_duration_seconds_count", "http_client_request_duration_seconds_bucket"];
const server = ["http_requests_total", "http_request_duration_seconds_count"];

describe("what calls are counted by", () => {
  it("is Holdfast's before all others, and OpenTelemetry's where the hosts are known", () => {
    assert.deepEqual(familyOf([...server, ...otel, "holdfast_resilience_calls_total"], true), {
      kind: "resilience",
    });
    assert.deepEqual(familyOf([...server, ...otel], true), { kind: "otel" });
  });

  it("is a plain metric else: a client's before a server's, and timed where it has buckets", () => {
    const kinds = [otel, ["http_client_requests_seconds_count"], server, ["http_requests_total"]].map(
      (names) => {
        const family = familyOf(new Set([...names, "up"]), false);
        return family.kind === "plain"
          ? [family.metric.side, family.metric.count, family.metric.duration]
          : family;
      },
    );
    assert.deepEqual(kinds, [
      ["client", "http_client_request_duration_seconds_count", "http_client_request_duration_seconds"],
      ["client", "http_client_requests_seconds_count", null],
      ["server", "http_request_duration_seconds_count", null],
      ["server", "http_requests_total", null],
    ]);
  });

  it("is nothing where no name is known, however many there are", () => {
    assert.deepEqual(familyOf(["process_cpu_seconds_total", "http_requests", "calls_total"], true), {
      kind: "none",
    });
    assert.ok(plainNames.includes("http_client_request_duration_seconds_bucket"));
  });
});
