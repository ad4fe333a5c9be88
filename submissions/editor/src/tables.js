// Tables: the grid behind rows and cells, and the few commands that keep it whole.
import { Selection, TextSelection } from 'prosemirror-state';
import { around } from './commands.js';
import { schema } from './schema.js';

const { nodes } = schema;
const isCell = (node) => node.type === nodes.data_cell || node.type === nodes.header_cell;
const span = (value) => Math.max(1, Number(value) || 1);

const MERGED = '这里有合并的单元格，不能这样改。请先在 Word 里拆分，或删表重做。';
const RAGGED = '这张表各行的格数不一样，不能加减列。请删表重做。';

export const inTable = (state) => cellAt(state.selection.$head);

function cellAt($pos) {
  const cell = around($pos, isCell);
  if (!cell) return null;
  // From the place of the cell outwards: a table inside the cell is not the table of the cell.
  return { cell, table: around($pos.doc.resolve(cell.pos), (node) => node.type === nodes.table) };
}

// rows: {node, pos, section, sectionPos}; cells: {node, pos, row, col, rows, cols}; at[row][col].
export function grid(table, tablePos) {
  const rows = [];
  const cells = [];
  const at = [];
  let regular = true;
  table.forEach((section, sectionOffset) => {
    if (section.type === nodes.caption) return;
    const sectionPos = tablePos + 1 + sectionOffset;
    const first = rows.length;
    section.forEach((node, offset) => rows.push({ node, section, sectionPos, pos: sectionPos + 1 + offset }));
    for (let row = first; row < rows.length; row += 1) at[row] = at[row] || [];
    for (let row = first; row < rows.length; row += 1) {
      let col = 0;
      rows[row].node.forEach((node, offset) => {
        while (at[row][col]) col += 1;
        // A span does not reach out of its section.
        const height = Math.min(span(node.attrs.rowspan), rows.length - row);
        const made = { node, row, col, pos: rows[row].pos + 1 + offset, rows: height, cols: span(node.attrs.colspan) };
        cells.push(made);
        for (let y = row; y < row + made.rows; y += 1) {
          for (let x = col; x < col + made.cols; x += 1) {
            if (at[y][x]) regular = false;
            at[y][x] = made;
          }
        }
        col += made.cols;
      });
    }
  });
  const width = Math.max(0, ...at.map((row) => row.length));
  if (at.some((row) => row.length !== width || row.includes(undefined))) regular = false;
  for (const row of at) for (let x = 0; x < width; x += 1) if (!row[x]) regular = false;
  return { rows, cells, at, width, regular };
}

function locate(state) {
  const found = cellAt(state.selection.$head);
  if (!found || !found.table) return null;
  const map = grid(found.table.node, found.table.pos);
  return { ...map, table: found.table, current: map.cells.find(({ pos }) => pos === found.cell.pos) };
}

const emptyCell = (like, type = like.type) => {
  const attrs = { n: like.attrs.n };
  if (type === nodes.header_cell) attrs.scope = like.attrs.scope;
  return type.create(attrs, nodes.paragraph.create());
};

// Each change gives back {tr} or, in words, why not.
export const changes = {
  rowBefore: (state) => addRow(state, false),
  rowAfter: (state) => addRow(state, true),
  columnBefore: (state) => addColumn(state, false),
  columnAfter: (state) => addColumn(state, true),
  deleteRow,
  deleteColumn,
  deleteTable,
};

function addRow(state, after) {
  const { rows, cells, at, width, regular, current } = locate(state);
  if (!regular) return { refusal: RAGGED.replace('列', '行') };
  const row = after ? current.row + current.rows : current.row;
  if (cells.some((cell) => cell.row < row && cell.row + cell.rows > row)) return { refusal: MERGED };
  const like = rows[after ? row - 1 : row];
  const reference = at[after ? row - 1 : row];
  // Below the head begins the body, also where the head is only a row of <th>.
  const head = reference.every((cell) => cell.node.type === nodes.header_cell);
  const made = [];
  for (let col = 0; col < width; col += 1) {
    made.push(emptyCell(reference[col].node, head && after ? nodes.data_cell : reference[col].node.type));
  }
  const next = rows[row];
  const leaves = after && like.section.type === nodes.thead && next && next.sectionPos !== like.sectionPos;
  const pos = after && !leaves ? like.pos + like.node.nodeSize : rows[row].pos;
  const node = nodes.table_row.create({ lead: like.node.attrs.lead }, made);
  const tr = state.tr.insert(pos, node);
  // The cursor goes to the same column of the new row.
  let inside = pos + 1;
  for (let col = 0; col < Math.min(current.col, made.length); col += 1) inside += made[col].nodeSize;
  return { tr: tr.setSelection(TextSelection.near(tr.doc.resolve(inside + 1))) };
}

function addColumn(state, after) {
  const { rows, cells, at, regular, current } = locate(state);
  if (!regular) return { refusal: RAGGED };
  const col = after ? current.col + current.cols : current.col;
  if (cells.some((cell) => cell.col < col && cell.col + cell.cols > col)) return { refusal: MERGED };
  const tr = state.tr;
  let inside = 0;
  for (let row = rows.length - 1; row >= 0; row -= 1) {
    const next = cells.find((cell) => cell.row === row && cell.col >= col);
    const pos = next ? next.pos : rows[row].pos + rows[row].node.nodeSize - 1;
    tr.insert(pos, emptyCell(at[row][after ? col - 1 : col].node));
    if (row === current.row) inside = pos;
    else if (row < current.row) inside += 4;
  }
  return { tr: tr.setSelection(TextSelection.near(tr.doc.resolve(inside + 1))) };
}

function deleteRow(state) {
  const { rows, at, current, table } = locate(state);
  const row = current.row;
  if (rows.length === 1) return deleteTable(state);
  if (at[row].some((cell) => cell && cell.rows > 1)) return { refusal: MERGED };
  const { pos, node, section, sectionPos } = rows[row];
  const tr = state.tr;
  if (section.childCount === 1) tr.delete(sectionPos, sectionPos + section.nodeSize);
  else tr.delete(pos, pos + node.nodeSize);
  const near = Math.min(pos, table.pos + tr.doc.nodeAt(table.pos).nodeSize - 2);
  return { tr: tr.setSelection(Selection.near(tr.doc.resolve(near), row === rows.length - 1 ? -1 : 1)) };
}

function deleteColumn(state) {
  const { rows, cells, at, width, regular, current } = locate(state);
  const col = current.col;
  if (width === 1) return deleteTable(state);
  if (!regular) return { refusal: RAGGED };
  const gone = [...new Set(rows.map((_, row) => at[row][col]))];
  if (gone.some((cell) => cell.cols > 1)) return { refusal: MERGED };
  // A row whose only own cell this is would be left without any.
  if (gone.some((cell) => cells.filter(({ row }) => row === cell.row).length === 1)) return { refusal: MERGED };
  const tr = state.tr;
  for (const cell of gone.reverse()) tr.delete(cell.pos, cell.pos + cell.node.nodeSize);
  const at$ = tr.doc.resolve(tr.mapping.map(current.pos, -1));
  return { tr: tr.setSelection(Selection.near(at$, col === width - 1 ? -1 : 1)) };
}

function deleteTable(state) {
  const { table } = locate(state);
  const tr = state.tr.delete(table.pos, table.pos + table.node.nodeSize);
  return { tr: tr.setSelection(Selection.near(tr.doc.resolve(Math.min(table.pos, tr.doc.content.size)))) };
}

export function newTable(rows = 3, columns = 3) {
  const row = (type, attrs) =>
    nodes.table_row.create(null, Array.from({ length: columns }, () => type.create(attrs, nodes.paragraph.create())));
  return nodes.table.create(null, [
    nodes.thead.create(null, row(nodes.header_cell, { scope: 'col' })),
    nodes.tbody.create(null, Array.from({ length: rows - 1 }, () => row(nodes.data_cell, null))),
  ]);
}

// Tab goes from cell to cell, and out below the table after the last one.
export const goToCell = (step) => (state, dispatch) => {
  const found = locate(state);
  if (!found) return false;
  const { cells, table, current } = found;
  const next = cells[cells.indexOf(current) + step];
  const pos = next ? next.pos + 1 : step > 0 ? table.pos + table.node.nodeSize : table.pos;
  if (dispatch) dispatch(state.tr.setSelection(Selection.near(state.doc.resolve(pos), next ? 1 : step)).scrollIntoView());
  return true;
};

// The cells of a selection that reaches over several cells of one table.
function selected(state) {
  const { $from, $to, empty } = state.selection;
  const [first, last] = [cellAt($from), cellAt($to)];
  if (empty || !first || !last || !first.table || !last.table) return null;
  if (first.table.pos !== last.table.pos || first.cell.pos === last.cell.pos) return null;
  const { cells } = grid(first.table.node, first.table.pos);
  return cells.filter(({ pos }) => pos >= first.cell.pos && pos <= last.cell.pos);
}

// Deleting over several cells empties them; joining them would break the grid.
export const emptyCells = (state, dispatch) => {
  const cells = selected(state);
  if (!cells) return false;
  if (dispatch) {
    const tr = state.tr;
    for (const { pos, node } of [...cells].reverse()) {
      tr.replaceWith(pos + 1, pos + node.nodeSize - 1, nodes.paragraph.create());
    }
    dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(cells[0].pos + 1))).scrollIntoView());
  }
  return true;
};
