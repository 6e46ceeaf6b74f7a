// What the tests ask of a page in the browser; each function gives a list of complaints, empty where all is well.
(() => {
  const set = (input, value) => { input.value = value; input.dispatchEvent(new Event('input', { bubbles: true })); };
  const spoken = text => [...text.childNodes].filter(n => n.nodeType === 3 || n.getClientRects().length).map(n => n.textContent).join('');

  // Words of a picture that leave it or lie on one another (words that stand slanted are left out).
  const crowded = picture => {
    const box = picture.getBoundingClientRect(), found = [];
    const texts = [...picture.querySelectorAll('text')].filter(t => t.getBoundingClientRect().width > 0);
    const rects = texts.map(t => t.getBoundingClientRect());
    rects.forEach((a, i) => {
      if (a.left < box.left - 1 || a.right > box.right + 1 || a.top < box.top - 2 || a.bottom > box.bottom + 2)
        found.push(`“${spoken(texts[i])}” leaves its picture`);
      for (let j = i + 1; j < rects.length; j++) {
        const b = rects[j], wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const tall = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 2 && tall > 4 && !texts[i].closest('g[transform]') && !texts[j].closest('g[transform]'))
          found.push(`“${spoken(texts[i])}” lies on “${spoken(texts[j])}”`);
      }
    });
    return found;
  };

  // Every slider is moved over all its positions, one after the other, and set back.
  const turned = () => [...document.querySelectorAll('.live')].flatMap(figure => {
    const frame = figure.querySelector('.frame'), poor = document.documentElement.scrollWidth > innerWidth ? ['page too wide'] : [];
    const others = [...figure.parentElement.children].filter(one => one !== figure);
    others.forEach(one => { one.style.display = 'none'; });  // the browser lays out faster what stands alone
    for (const input of figure.querySelectorAll('input')) {
      const start = input.value, seen = new Set(), output = figure.querySelector(`output[for="${input.id}"]`);
      for (let at = 0; at <= Number(input.max); at++) {
        const say = words => poor.push(`${input.id} at ${at}: ${words}`);
        set(input, at);
        seen.add(frame.innerHTML);
        if (!frame.innerText.trim()) say('empty');
        if (document.documentElement.scrollWidth > innerWidth) say('too wide');
        if (output.innerText.replace(/\s/g, '') !== input.getAttribute('aria-valuetext').replace(/\s/g, ''))
          say(`shows ${output.innerText}, says ${input.getAttribute('aria-valuetext')}`);
        for (const picture of frame.querySelectorAll('svg[role]')) crowded(picture).forEach(say);
      }
      if (seen.size <= Number(input.max)) poor.push(`${input.id} shows ${seen.size} of ${Number(input.max) + 1}`);
      set(input, start);
    }
    others.forEach(one => { one.style.display = ''; });
    return poor;
  });

  const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = rgb => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
  const parse = text => text.match(/[\d.]+/g)?.map(Number);
  const opaque = text => { const rgb = parse(text); return rgb && (rgb.length === 3 || rgb[3] === 1) ? rgb : null; };
  const behind = element => {
    for (; element; element = element.parentElement) {
      const rgb = opaque(getComputedStyle(element).backgroundColor);
      if (rgb) return rgb;
    }
    return [255, 255, 255];
  };
  // In a picture: the last filled shape drawn before the words at that place, or what is drawn around their letters.
  const under = text => {
    const box = text.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
    let found = behind(text.closest('svg'));
    for (const shape of text.closest('svg').querySelectorAll('rect, circle, text')) {
      if (shape === text) break;
      if (shape.tagName === 'text') continue;
      const at = shape.getBoundingClientRect(), fill = getComputedStyle(shape).fill;
      if (at.left <= x && x <= at.right && at.top <= y && y <= at.bottom && fill !== 'none') found = opaque(fill) || found;
    }
    const style = getComputedStyle(text);
    return style.paintOrder.startsWith('stroke') && style.stroke !== 'none' ? opaque(style.stroke) : found;
  };
  const pale = root => {
    const poor = new Set(), walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || !element.getClientRects().length) continue;
      if (element.closest('.hidden, .skip, script')) continue;
      const drawn = element.closest('svg text'), style = getComputedStyle(element);
      const ink = parse(drawn ? getComputedStyle(drawn).fill : style.color);
      const ground = drawn ? under(drawn) : behind(element);
      const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
      if ((a + 0.05) / (b + 0.05) < 4.5) poor.add(walker.currentNode.data.trim() + ' ' + ink + ' on ' + ground);
    }
    return [...poor];
  };
  // The contrast of all words, also of the frames at the sliders' first and last positions.
  const faint = () => {
    const inputs = [...document.querySelectorAll('.live input')], starts = inputs.map(input => input.value);
    const poor = pale(document.body);
    for (const end of ['min', 'max']) {
      for (const input of inputs) set(input, input[end]);
      for (const frame of document.querySelectorAll('.live .frame')) poor.push(...pale(frame));
    }
    inputs.forEach((input, at) => set(input, starts[at]));
    return poor;
  };

  const nameless = () => [...document.querySelectorAll('button, a, input, [role=img], [role=region], nav')].filter(e =>
    !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length)).map(e => e.outerHTML.slice(0, 80));
  const bare = () => [...document.querySelectorAll('figure')].filter(f => !f.querySelector('figcaption')).map(f => f.id);
  const heardOtherwise = () => [...document.querySelectorAll('[data-says]')]
    .filter(e => e.getAttribute(e.dataset.says) !== e.dataset[document.documentElement.lang]).map(e => e.dataset.en);
  return { turned, faint, nameless, bare, heardOtherwise };
})()
