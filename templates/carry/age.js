(function () {
  "use strict";
  var MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
  function two(number) { return (number < 10 ? "0" : "") + number; }
  function inWords(minutes) {
    var hours = Math.floor(minutes / 60);
    if (minutes < 60) { return minutes + " min old"; }
    if (hours < 48) { return hours + " h " + two(minutes % 60) + " min old"; }
    return Math.floor(hours / 24) + " days old";
  }
  function tellAge(element, now) {
    var minutes = Math.floor((now - Date.parse(element.getAttribute("data-as-of"))) / 60000);
    var limit = Number(element.getAttribute("data-old-after"));
    var end = Number(element.getAttribute("data-void-after"));
    var words = inWords(minutes);
    var old = true;
    if (minutes < -10) { words = "AGE UNKNOWN: this computer’s clock is before the data"; }
    else if (minutes >= end) { words = "VOID: " + words + ", do not use"; }
    else if (minutes > limit) { words = "OLD: " + words + ", check before use"; }
    else { words = inWords(Math.max(minutes, 0)); old = false; }
    element.textContent = words;
    element.className = old ? "age old" : "age";
  }
  function tellExpiry(element, now) {
    if (now > Date.parse(element.getAttribute("data-until"))) {
      element.textContent = "EXPIRED: " + element.getAttribute("data-words");
      element.className = "stale";
    }
  }
  function each(attribute, act, now) {
    var found = document.querySelectorAll("[" + attribute + "]");
    for (var index = 0; index < found.length; index += 1) { act(found[index], now); }
  }
  function tell() {
    var now = new Date();
    each("data-as-of", tellAge, now.getTime());
    each("data-until", tellExpiry, now.getTime());
    var clock = document.getElementById("clock");
    if (clock) {
      clock.textContent = "This computer says that it is " + two(now.getDate()) + " " + MONTHS[now.getMonth()] + " " +
        now.getFullYear() + " " + two(now.getHours()) + two(now.getMinutes()) +
        ". If that is wrong, the ages here are wrong, too.";
    }
  }
  tell();
  setInterval(tell, 30000);
}());
