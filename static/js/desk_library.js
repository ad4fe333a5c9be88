/* The picture library: progress of an upload; focus and crop by pointing at the picture. */
(function () {
  'use strict';
  var many = document.querySelector('[data-many]');
  if (many && window.FormData) {
    many.addEventListener('submit', function (event) {
      var box = many.querySelector('[data-progress]');
      var request = new XMLHttpRequest();
      event.preventDefault();
      box.hidden = false;
      many.querySelector('button').disabled = true;
      request.upload.onprogress = function (progress) {
        var part = progress.lengthComputable ? Math.round(100 * progress.loaded / progress.total) : 0;
        box.querySelector('progress').value = part;
        box.querySelector('span').textContent = part < 100 ? '已上传 ' + part + '%' : '正在检查图片……';
      };
      request.onload = function () {
        // The page that is asked for shows the messages: it must not be fetched before.
        var to = /json/.test(request.getResponseHeader('Content-Type')) && JSON.parse(request.response).to;
        if (to) { window.location.assign(to); } else { failed('没有上传成功，请检查选了几张图片，再点“上传”。'); }
      };
      request.onerror = function () { failed('没有上传成功。网络不通或服务器暂时没有响应，请稍后再点“上传”。'); };
      function failed(words) {
        many.querySelector('button').disabled = false;
        box.querySelector('span').textContent = words;
      }
      request.open('POST', window.location.href);
      request.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
      request.send(new FormData(many));
    });
  }

  var frame = document.querySelector('[data-picture]');
  if (!frame) { return; }
  var cut = document.querySelector('[data-cut]');
  var focus = frame.querySelector('.lib-focus');
  var box = frame.querySelector('.lib-cut');
  var x = document.getElementById('id_focus_x');
  var y = document.getElementById('id_focus_y');
  var start = null;
  document.querySelectorAll('.js-only').forEach(function (element) { element.hidden = false; });

  function at(event) {
    var place = frame.getBoundingClientRect();
    function part(value, from, size) { return Math.max(0, Math.min(100, Math.round(100 * (value - from) / size))); }
    return { x: part(event.clientX, place.left, place.width), y: part(event.clientY, place.top, place.height) };
  }
  function value(name) { return Number(cut.elements[name].value); }
  function draw() {
    if (x && x.value !== '' && y.value !== '') {
      focus.hidden = false;
      focus.style.left = x.value + '%';
      focus.style.top = y.value + '%';
    } else { focus.hidden = true; }
    if (!cut) { return; }
    var all = value('left') === 0 && value('top') === 0 && value('right') === 100 && value('bottom') === 100;
    box.hidden = all;
    box.style.left = value('left') + '%';
    box.style.top = value('top') + '%';
    box.style.width = (value('right') - value('left')) + '%';
    box.style.height = (value('bottom') - value('top')) + '%';
  }
  frame.addEventListener('pointerdown', function (event) {
    event.preventDefault();
    start = at(event);
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener('pointermove', function (event) {
    if (!start || !cut) { return; }
    var now = at(event);
    if (Math.abs(now.x - start.x) < 4 || Math.abs(now.y - start.y) < 4) { return; }
    cut.elements.left.value = Math.min(start.x, now.x);
    cut.elements.right.value = Math.max(start.x, now.x);
    cut.elements.top.value = Math.min(start.y, now.y);
    cut.elements.bottom.value = Math.max(start.y, now.y);
    draw();
  });
  frame.addEventListener('pointerup', function (event) {
    var end = at(event);
    if (start && x && Math.abs(end.x - start.x) < 4 && Math.abs(end.y - start.y) < 4) {
      x.value = end.x;
      y.value = end.y;
      draw();
    }
    start = null;
  });
  document.addEventListener('input', draw);
  draw();
})();
