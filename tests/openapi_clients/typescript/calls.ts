// Calls every kind of endpoint with openapi-fetch over the types that openapi-typescript made, and prints what it found in
// typed answers: calls.ts ADDRESS KEY. `tsc --strict` checks it beside; a line that should be wrong is marked as such, so
// that a type that has become `any` is noticed.
import createClient from "openapi-fetch";
import type { components, paths } from "./stampwell";

type Schemas = components["schemas"];

const [, , baseUrl, key] = process.argv;
const client = createClient<paths>({ baseUrl, headers: { Authorization: `APIKey ${key}` } });
const stranger = createClient<paths>({ baseUrl, headers: { Authorization: "APIKey sk_live_wrong" } });
const days = { strtYmd: "2026-01-01", endYmd: "2026-12-31" };

function result<Answer extends { code: 0; result: unknown }>(answer: { data?: Answer; error?: unknown }): Answer["result"] {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data.result;
}

// openapi-fetch 0.17 takes a member that is always null out of the types of answers: `result` of a refusal, `onsitePwd`.
function refused(answer: { error?: Omit<Schemas["ErrorResponse"], "result">; response: Response }) {
  if (answer.error === undefined) throw new Error("It was not refused.");
  const { code, message, errors } = answer.error;
  const rows: Schemas["FieldError"][] = errors ?? [];
  return { status: answer.response.status, code, message, fields: rows.map((row) => row.field) };
}

function stampOf(stamp: Omit<Schemas["Stamp"], "onsitePwd">) {
  const { stampIdx, stamps, useYn, endYmd, userId, userNm } = stamp;
  return { stampIdx, stamps, useYn, endYmd, userId, userNm };
}

function rowOfHistory(row: Schemas["HistoryRow"]) {
  const { action, stampsBefore, stampsAfter, orderRef, actorType, changes, renewedStampIdx, occurredYmdt } = row;
  // @ts-expect-error There is no such action.
  if (action === "nonsense") throw new Error("never");
  return { action, stampsBefore, stampsAfter, orderRef, actorType, changes, renewedStampIdx, occurredYmdt };
}

function rowOfBulk(row: Schemas["IssuedRow"] | Schemas["RefusedRow"]) {
  if ("stampIdx" in row) return { stampIdx: row.stampIdx, codeLength: row.code.length };
  return { code: row.code, fields: (row.errors ?? []).map((error) => error.field) };
}

const card = result(await client.POST("/api/card/v1/create", { body: { cardNm: "Generated", maxStamps: 2 } }));
const read = result(await client.GET("/api/card/v1/get", { params: { query: { cardIdx: card } } }));
const cards = result(await client.GET("/api/card/v1/list", { params: { query: { limit: 1 } } }));

const least: Schemas["CreateStamp"] = { cardIdx: card, ...days, activeYn: "Y", userId: "gen-1", memo: "" };
const stampIdx = result(await client.POST("/api/stamp/v1/create", { body: least }));
const query = { stampIdx };
const valid = result(await client.GET("/api/stamp/v1/validate", { params: { query } }));
const notFull = refused(await client.PUT("/api/stamp/v1/redeem", { body: { stampIdx } }));
const updated = result(await client.PUT("/api/stamp/v1/update", { body: { stampIdx, endYmd: "2026-11-30", userNm: "Kim" } }));
const added = result(
  await client.PUT("/api/stamp/v1/add", {
    params: { header: { "Idempotency-Key": "8e03978e-40d5-43e8-bc93-6894a57f9324" } },
    body: { stampIdx, count: 2, orderRef: "sale-1" },
  }),
);
const noRoom = refused(await client.PUT("/api/stamp/v1/add", { body: { stampIdx: valid.code } }));
const redeemed = result(
  await client.PUT("/api/stamp/v1/redeem", {
    params: { header: { Prefer: "return=representation" } },
    body: { stampIdx },
  }),
);
if (redeemed === null) throw new Error("The stamp was asked for.");
const usedUp = refused(await client.GET("/api/stamp/v1/validate", { params: { query } }));
const history = result(await client.GET("/api/stamp/v1/history", { params: { query } }));

const turned = { cardIdx: card, strtYmd: days.endYmd, endYmd: days.strtYmd };
const fieldsWrong = refused(await client.POST("/api/stamp/v1/create", { body: turned }));
const rows = [{ cardIdx: card, ...days }, { cardIdx: 999_999, ...days }, turned];
const bulk = result(await client.POST("/api/stamp/v1/bulk", { body: { stamps: rows } }));
const [other] = bulk;
if (!("stampIdx" in other)) throw new Error("The first row is right.");

const first = result(await client.GET("/api/stamp/v1/list", { params: { query: { cardIdx: card, limit: 1 } } }));
const cursor = first.nextCursor ?? "";
const second = result(await client.GET("/api/stamp/v1/list", { params: { query: { cardIdx: card, limit: 1, cursor } } }));
const unused = result(
  await client.GET("/api/stamp/v1/list", { params: { query: { cardIdx: card, useYn: "N", regStrtYmd: days.strtYmd } } }),
);
const byCode = result(await client.GET("/api/stamp/v1/get", { params: { query: { stampIdx: other.code } } }));
const tooFew = refused(await client.PUT("/api/stamp/v1/remove", { body: { stampIdx: other.code } }));
const deleted = await client.DELETE("/api/stamp/v1/delete", { params: { query: { stampIdx: other.code } } });
const gone = refused(await client.GET("/api/stamp/v1/get", { params: { query: { stampIdx: other.stampIdx } } }));
const unknownKey = refused(await stranger.GET("/api/stamp/v1/get", { params: { query } }));

console.log(
  JSON.stringify({
    card: { cardNm: read.cardNm, maxStamps: read.maxStamps, renewYn: read.renewYn },
    cards: { names: cards.list.map((one) => one.cardNm), more: cards.nextCursor !== null },
    validated: stampOf(valid),
    notFull,
    updated,
    added,
    noRoom,
    redeemed: stampOf(redeemed),
    usedUp,
    history: history.list.map(rowOfHistory),
    fieldsWrong,
    bulk: bulk.map(rowOfBulk),
    listed: [...first.list, ...second.list].map((one) => one.stampIdx),
    lastPage: second.nextCursor === null,
    unused: unused.list.map((one) => one.stampIdx),
    gotByCode: byCode.stampIdx,
    tooFew,
    deleted: deleted.data?.code,
    gone,
    stranger: unknownKey,
  }),
);

// What the compiler has to refuse.
const wrong = () => [
  // @ts-expect-error There is no such endpoint.
  client.GET("/api/stamp/v1/nonsense"),
  // @ts-expect-error A card is needed.
  client.POST("/api/stamp/v1/create", { body: days }),
  // @ts-expect-error No number.
  client.PUT("/api/stamp/v1/add", { body: { stampIdx, count: "two" } }),
  // @ts-expect-error Neither Y nor N.
  client.POST("/api/stamp/v1/bulk", { body: { stamps: [{ cardIdx: card, ...days, activeYn: "yes" }] } }),
  // @ts-expect-error A stamp has no such member.
  valid.nonsense,
  // @ts-expect-error A row of the history has no such member.
  history.list[0].nonsense,
];
void wrong;
