// Puts the remembered colour theme on the page before the first paint. A classic script, so that it runs before the style sheets show.
(() => {
  const remembered = localStorage.getItem("easel.theme");
  if (remembered === "light" || remembered === "dark") document.documentElement.dataset.theme = remembered;
})();
