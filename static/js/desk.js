// Stock reasons go into the note; nothing else here.
document.addEventListener('click', function (event) {
  var reason = event.target.getAttribute && event.target.getAttribute('data-reason');
  if (!reason) return;
  var note = document.getElementById('step-note');
  note.value = note.value ? note.value + '\uff1b' + reason : reason;
  note.focus();
});
