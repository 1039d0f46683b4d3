"use strict";
// Everything on the page can be read without this script: it only sorts, searches, folds and compares what is there.

function valueOf(row, column) {
  const cell = row.cells[column];
  return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
}

function compared(one, other) {
  // what has no number stands last, in either order
  if (typeof one === "number" && typeof other === "number") return one - other;
  if (typeof one === "number") return -1;
  if (typeof other === "number") return 1;
  return one.localeCompare(other);
}

function sortBy(table, heads, column) {
  const descending = heads[column].getAttribute("aria-sort") === "ascending";
  const body = table.tBodies[0];
  const rows = Array.from(body.rows, (row) => [valueOf(row, column), row]);
  rows.sort((one, other) => {
    const mixed = typeof one[0] !== typeof other[0];
    return compared(one[0], other[0]) * (descending && !mixed ? -1 : 1);
  });
  body.append(...rows.map(([, row]) => row));
  heads.forEach((head) => head.removeAttribute("aria-sort"));
  heads[column].setAttribute("aria-sort", descending ? "descending" : "ascending");
}

function makeSortable(table) {
  const heads = Array.from(table.tHead.rows[0].cells);
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sortBy(table, heads, column));
    head.append(button);
  });
}

function makeSearchable(place, label, items) {
  const texts = items.map((item) => item.textContent.toLowerCase());
  const bar = document.createElement("div");
  const input = document.createElement("input");
  const told = document.createElement("span");
  const name = document.createElement("label");
  bar.className = "search";
  input.type = "search";
  name.append(`Search in: ${label} `, input);
  told.setAttribute("role", "status");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    items.forEach((item, place_) => {
      item.hidden = !words.every((word) => texts[place_].includes(word));
      shown += item.hidden ? 0 : 1;
    });
    told.textContent = words.length ? `${shown} of ${items.length} shown; totals are of all` : "";
  });
  bar.append(name, told);
  place.before(bar);
}

function foldStories(stories) {
  const items = Array.from(stories.querySelectorAll("details"));
  const folded = () => items.forEach((item) => { item.open = location.hash === `#${item.id}`; });
  makeSearchable(stories, "reasons", items);
  folded();
  window.addEventListener("hashchange", () => {
    const item = items.find((one) => location.hash === `#${one.id}`);
    if (item) { item.open = true; item.scrollIntoView(); }
  });
  window.addEventListener("beforeprint", () => items.forEach((item) => { item.open = true; }));
  window.addEventListener("afterprint", folded);
}

const usd = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

function amount(value) {
  const text = usd.format(Math.abs(value));
  return value < 0 && text !== "0" ? `−${text}` : text;
}

function showBridge(part) {
  const table = document.getElementById(part.dataset.pairs);
  const [from, to] = Array.from(part.querySelectorAll("select"), (select) => select.value);
  const heads = Array.from(table.tHead.rows[0].cells, (head) => head.textContent);
  const names = (row) => [row.cells[0].textContent, row.cells[1].textContent];
  const rows = Array.from(table.tBodies[0].rows);
  const row = rows.find((one) => names(one)[0] === from && names(one)[1] === to);
  const turned = row ? null : rows.find((one) => names(one)[0] === to && names(one)[1] === from);
  const body = part.querySelector("tbody");
  body.replaceChildren();
  const told = part.querySelector("[data-told]");
  if (!row && !turned) {
    told.textContent = from === to ? "Choose two different plans." : "These two cannot be compared service by service.";
    return;
  }
  const all = Array.from((row || turned).cells).slice(2, -1).map((cell) => Number(cell.dataset.value || 0));
  const last = Number((row || turned).cells[heads.length - 1].dataset.value);
  const steps = all.slice(1).map((value) => (row ? value : -value));
  const labels = heads.slice(3, -1).map((label) => (row ? label : swapped(label)));
  const [first, end] = row ? [all[0], last] : [last, all[0]];
  const change = end - first;
  told.textContent = `From ${from} to ${to}: ${change > 0 ? "+" : ""}${amount(change)} $ a year, `
    + `from ${amount(first)} to ${amount(end)}.`;
  let at = 0;
  const places = steps.map((value) => { const begun = at; at += value; return [Math.min(begun, at), Math.abs(value)]; });
  const low = Math.min(0, ...places.map(([begun]) => begun));
  const high = Math.max(0, ...places.map(([begun, size]) => begun + size));
  const scale = 100 / ((high - low) || 1);
  const shown = [...steps.map((value, place) => [labels[place], value, ...places[place], value > 0 ? "bar more" : "bar"]),
    ["Change in all", change, Math.min(0, change), Math.abs(change), "bar whole"]];
  for (const [label, value, begun, size, look] of shown) {
    if (label !== "Change in all" && Math.abs(value) < 0.5) continue;
    const line = body.insertRow();
    const name = document.createElement("th");
    const bar = document.createElement("span");
    name.scope = "row";
    name.textContent = label;
    bar.className = look;
    bar.style.marginLeft = `${(begun - low) * scale}%`;
    bar.style.width = `${size * scale}%`;
    line.append(name);
    const number = line.insertCell();
    number.className = "n";
    number.dataset.value = value;
    number.textContent = `${value > 0 ? "+" : ""}${amount(value)}`;
    line.insertCell().append(bar);
  }
}

function swapped(label) {
  if (label.includes("the first")) return label.replace("the first", "the second");
  return label.replace("the second", "the first");
}

function comparePairs(part) {
  part.hidden = false;
  part.querySelectorAll("select").forEach((select) => select.addEventListener("change", () => showBridge(part)));
  showBridge(part);
}

document.querySelectorAll("[data-pairs]").forEach(comparePairs);
document.querySelectorAll("table[data-search]").forEach((table) =>
  makeSearchable(table.parentElement, table.caption.textContent, Array.from(table.tBodies[0].rows)));
document.querySelectorAll("table[data-sort]").forEach(makeSortable);
document.querySelectorAll("[data-stories]").forEach(foldStories);
