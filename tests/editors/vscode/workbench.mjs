// The editor's page as a person sees it: lines, colours, squiggles, rows, menus.
import path from 'node:path';

/** How long anything may take to appear; nothing waits for this long when all is well. */
const PATIENCE = 60_000;

const spaces = (text) => text.replace(/\u00a0/g, ' ');

export class Workbench {
  constructor(page, shots) {
    this.page = page;
    this.shots = shots;
    page.setDefaultTimeout(PATIENCE);
  }

  /** Opens a workspace with one of its files, and waits until the file's text is there. */
  async open(port, workspace, file) {
    const address = `vscode-remote://127.0.0.1:${port}${path.join(workspace, file)}`;
    const payload = encodeURIComponent(JSON.stringify([['openFile', address]]));
    await this.page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}&payload=${payload}`);
    await this.page.waitForSelector('.monaco-editor .view-line span[class*=mtk]');
  }

  async languageMode(name) {
    await this.page.waitForFunction(
      (mode) => document.querySelector('[id="status.editor.mode"]')?.textContent?.trim() === mode, name);
  }

  /** What hovering over the language status shows, once it has this text. */
  async languageStatus(text) {
    await this.page.locator('[id="status.languageStatus"]').hover();
    const status = this.page.locator('.hover-language-status', { hasText: text }).first();
    await status.waitFor();
    return spaces(await status.innerText()).replaceAll('\n', ' ');
  }

  async screenshot(name) {
    await this.page.screenshot({ path: path.join(this.shots, `${name}.png`) });
  }

  /** The first visible line with this text. */
  line(text) {
    return this.page.locator('.monaco-editor .view-line', { hasText: text }).first();
  }

  /** The colour in which this text is drawn, on the line with that text: of the smallest piece that holds it. */
  async colourOf(token, on) {
    await this.line(on).waitFor();
    return this.page.evaluate(([wanted, where]) => {
      const clean = (element) => element.textContent.replace(/\u00a0/g, ' ');
      const line = [...document.querySelectorAll('.monaco-editor .view-line')].find((one) => clean(one).includes(where));
      const spans = [...line.querySelectorAll('span > span')].filter((one) => clean(one).includes(wanted));
      const span = spans.sort((a, b) => a.textContent.length - b.textContent.length)[0];
      return span ? getComputedStyle(span).color : `no token \`${wanted}\` on: ${clean(line)}`;
    }, [token, on]);
  }

  /** Puts the cursor behind the last character of the line with this text. */
  async toEndOf(text) {
    await this.line(text).click();
    await this.page.keyboard.press('End');
  }

  async type(text) {
    await this.page.keyboard.type(text, { delay: 25 });
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** The visible lines from top to bottom, an empty last one aside. */
  async lines() {
    const lines = await this.page.evaluate(() => [...document.querySelectorAll('.monaco-editor .view-line')]
      .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))
      .map((line) => line.textContent));
    return lines.map((line) => spaces(line).trimEnd()).filter((line, at) => line !== '' || at < lines.length - 1);
  }

  /** Waits until some line reads exactly like this, white space at its ends aside. */
  async lineReads(text) {
    await this.page.waitForFunction(
      (wanted) => [...document.querySelectorAll('.monaco-editor .view-line')].some(
        (line) => line.textContent.replace(/\u00a0/g, ' ').trim() === wanted), text);
  }

  async squiggle() {
    await this.page.waitForSelector('.monaco-editor .squiggly-error');
  }

  async noSquiggle() {
    await this.page.waitForFunction(() => !document.querySelector('.monaco-editor .squiggly-error'));
  }

  /** Waits until there is one squiggle, and what stands over it on the screen is this text. */
  async underlines(text) {
    await this.page.waitForFunction((wanted) => {
      const marks = document.querySelectorAll('.monaco-editor .squiggly-error');
      if (marks.length !== 1) return false;
      const mark = marks[0].getBoundingClientRect();
      const tokens = [...document.querySelectorAll('.monaco-editor .view-line span > span')].filter((span) => {
        const box = span.getBoundingClientRect();
        const middle = (box.left + box.right) / 2;
        return middle > mark.left && middle < mark.right && box.top < mark.bottom && box.bottom > mark.top;
      });
      return tokens.map((span) => span.textContent).join('').trim() === wanted;
    }, text);
  }

  /** Runs a command by its title. */
  async command(title) {
    await this.press('F1');
    await this.type(title);
    const row = this.page.locator('.quick-input-list .monaco-list-row', { has: this.page.getByText(title, { exact: true }) });
    await row.first().click();
  }

  /** The row of the Problems view that has this text. */
  async problem(text) {
    const row = this.page.locator('.markers-panel .monaco-list-row', { hasText: text }).first();
    await row.waitFor();
    return spaces(await row.innerText());
  }

  async completion(name) {
    const row = this.page.locator('.suggest-widget.visible .monaco-list-row', { has: this.page.getByText(name, { exact: true }) });
    await row.first().waitFor();
    return row.first();
  }

  /** The hover over the first token with exactly this text on the line with that text. */
  async hover(token, on, expected) {
    await this.line(on).locator('span > span', { hasText: new RegExp(`^${token}$`) }).first().hover();
    const hover = this.page.locator('.monaco-hover:visible', { hasText: expected }).first();
    await hover.waitFor();
    return spaces(await hover.innerText());
  }

  async notification(text) {
    const toast = this.page.locator('.notification-toast', { hasText: text }).first();
    await toast.waitFor();
    return { text: spaces(await toast.innerText()), buttons: await toast.locator('.monaco-button:visible').allInnerTexts() };
  }
}
