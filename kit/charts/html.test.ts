import { describe, expect, it } from "vitest";
import { htmlReport, type HtmlReport } from "./html.ts";

const report: HtmlReport = {
  title: "Rehearsal",
  subtitle: "seed 1",
  facts: [
    { label: "peak", value: "1.01 T", note: "at most 1.05 T", ok: true },
    { label: "spill", value: "0.4 %", ok: false },
    { label: "isolates", value: "2,165" },
  ],
  sections: [
    {
      heading: "Load",
      svg: '<svg role="img" aria-label="Load"></svg>',
      table: {
        head: ["served as", "requests"],
        rows: [["cluster", "12"]],
        align: ["left", "right"],
        note: "A note.",
      },
    },
  ],
  footer: "Simulated.",
};

describe("an HTML report", () => {
  it("escapes every text that it is given", () => {
    const evil = `<script>alert("x")</script>&`;
    const html = htmlReport({
      title: evil,
      subtitle: evil,
      facts: [{ label: evil, value: evil, note: evil, ok: true }],
      sections: [{ heading: evil, text: evil, table: { head: [evil], rows: [[evil]], note: evil } }],
      footer: evil,
    });
    expect(html).not.toContain("<script");
    expect(html).not.toContain('"x"');
    expect(html.split("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;")).toHaveLength(13);
  });

  it("needs no script and no network", () => {
    expect(htmlReport(report)).not.toMatch(/<script|<link|https?:|url\(|@import|\ssrc=/);
  });

  it("says in words, not by colour alone, what was met", () => {
    const html = htmlReport(report);
    expect(html).toMatch(/class="met"><dt>peak.*?✓ met.*?at most 1\.05 T/);
    expect(html).toMatch(/class="missed"><dt>spill.*?✗ not met/);
    expect(html).toMatch(/class="plain"><dt>isolates<\/dt><dd>2,165<\/dd><\/div>/);
  });

  it("tells screen readers what a table's cells belong to, and aligns numbers", () => {
    const html = htmlReport(report);
    expect(html).toContain('<th scope="col" class="right">requests</th>');
    expect(html).toContain('<tr><th scope="row">cluster</th><td class="right">12</td></tr>');
  });

  it("puts charts in as they are", () => {
    expect(htmlReport(report)).toContain('<figure><svg role="img" aria-label="Load"></svg></figure>');
  });
});
