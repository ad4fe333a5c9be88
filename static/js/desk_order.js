/* Rows of a list are put in order by dragging; the numbers are what is saved, and can be typed. */
document.addEventListener('DOMContentLoaded', function () {
  'use strict';
  var table = document.getElementById('result_list');
  if (!table) { return; }
  var rows = Array.prototype.slice.call(table.querySelectorAll('tbody tr'));
  var held = null;
  function field(row) { return row.querySelector('input[name$="-position"]'); }
  function kind(row) { var cell = row.querySelector('.field-kind'); return cell ? cell.textContent : ''; }
  rows.forEach(function (row) {
    if (!field(row)) { return; }
    row.draggable = true;
    row.classList.add('drag');
    row.addEventListener('dragstart', function (event) {
      held = row;
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', '');
      row.classList.add('drag-held');
    });
    row.addEventListener('dragend', function () { row.classList.remove('drag-held'); held = null; });
    row.addEventListener('dragover', function (event) {
      if (held && held !== row && kind(held) === kind(row)) { event.preventDefault(); }
    });
    row.addEventListener('drop', function (event) {
      var place = row.getBoundingClientRect();
      event.preventDefault();
      row.parentNode.insertBefore(held, event.clientY < place.top + place.height / 2 ? row : row.nextSibling);
      number(kind(row));
    });
  });
  function number(which) {
    var place = 0;
    Array.prototype.forEach.call(table.querySelectorAll('tbody tr'), function (row) {
      if (!field(row) || kind(row) !== which) { return; }
      field(row).value = place;
      place += 1;
    });
    var told = document.getElementById('order-told');
    if (!told) {
      told = document.createElement('p');
      told.id = 'order-told';
      told.className = 'help';
      told.setAttribute('role', 'status');
      table.parentNode.insertBefore(told, table);
    }
    told.textContent = '次序已改，点“保存”后生效。';
  }
});
