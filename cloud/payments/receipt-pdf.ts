/** A receipt as a document: one page, narrow as a slip, with a code that leads to the page on which anybody can verify it. */
import { type Locale, RECEIPT_TEXTS, type ReceiptContent, receiptFields } from '@totem/domain';
import PDFDocument from 'pdfkit';
import { create } from 'qrcode';

export interface ReceiptDocument {
  /** Undefined for a receipt that has only its text, as a terminal says it. */
  readonly content: ReceiptContent | undefined;
  readonly text: string;
  readonly code: string;
  readonly locale: Locale;
  readonly verifyUrl: string;
  /** Whether it has been issued before. */
  readonly isCopy: boolean;
  readonly issuedAtMs: number;
}

// Points, 1/72 inch.
const PAGE = { width: 300, height: 560 } as const;
const MARGIN = 28;
const WIDTH = PAGE.width - 2 * MARGIN;
const QR_SIZE = 128;
const INK = '#0f2422';
const SOFT = '#42534f';
/** A code is read when there is this much light around it (ISO/IEC 18004). */
const QUIET_MODULES = 4;

/** The bytes of the document. */
export function receiptPdf(receipt: ReceiptDocument): Promise<Uint8Array<ArrayBuffer>> {
  const { content, locale, code } = receipt;
  const title = content === undefined ? code : RECEIPT_TEXTS[locale].titles[content.kind];
  const doc = new PDFDocument({
    size: [PAGE.width, PAGE.height],
    margin: MARGIN,
    lang: locale,
    info: { Title: title, Subject: code, CreationDate: new Date(receipt.issuedAtMs) },
  });
  const done = bytesOf(doc);
  if (content === undefined) doc.font('Courier').fontSize(9).text(receipt.text, { width: WIDTH });
  else {
    drawHead(doc, content, title);
    drawFields(doc, receipt, content);
    drawCode(doc, receipt.verifyUrl);
  }
  doc.end();
  return done;
}

function drawHead(doc: PDFKit.PDFDocument, content: ReceiptContent, title: string): void {
  doc.font('Helvetica-Bold').fontSize(15).fillColor(INK).text(content.company, { width: WIDTH });
  doc.font('Helvetica').fontSize(10).fillColor(SOFT).text(content.site, { width: WIDTH });
  if (content.address !== null) doc.text(content.address, { width: WIDTH });
  rule(doc);
  doc.font('Helvetica-Bold').fontSize(12).fillColor(INK).text(title, { width: WIDTH });
}

function drawFields(
  doc: PDFKit.PDFDocument,
  { code, locale, isCopy }: ReceiptDocument,
  content: ReceiptContent,
): void {
  if (isCopy) doc.font('Helvetica').fontSize(10).text(RECEIPT_TEXTS[locale].copy, { width: WIDTH });
  doc.moveDown(0.8);
  for (const [label, text] of receiptFields(content, code, locale)) {
    doc.font('Helvetica').fontSize(8).fillColor(SOFT).text(label, { width: WIDTH });
    doc.font('Helvetica-Bold').fontSize(11).fillColor(INK).text(text, { width: WIDTH });
    doc.moveDown(0.35);
  }
}

function rule(doc: PDFKit.PDFDocument): void {
  doc.moveDown(0.8);
  doc
    .moveTo(MARGIN, doc.y)
    .lineTo(MARGIN + WIDTH, doc.y)
    .dash(2, { space: 2 })
    .strokeColor('#b4c9c3')
    .stroke();
  doc.undash().moveDown(0.8);
}

function drawCode(doc: PDFKit.PDFDocument, url: string): void {
  const { modules } = create(url, { errorCorrectionLevel: 'M' });
  const module = QR_SIZE / (modules.size + 2 * QUIET_MODULES);
  const left = (PAGE.width - QR_SIZE) / 2;
  const top = PAGE.height - MARGIN - QR_SIZE;
  for (let y = 0; y < modules.size; y += 1)
    for (let x = 0; x < modules.size; x += 1)
      if (modules.get(y, x) === 1)
        doc.rect(left + (x + QUIET_MODULES) * module, top + (y + QUIET_MODULES) * module, module, module);
  doc.fillColor('#000000').fill();
  doc.link(left, top, QR_SIZE, QR_SIZE, url);
}

function bytesOf(doc: PDFKit.PDFDocument): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Buffer[] = [];
  return new Promise((resolve, reject) => {
    doc.on('data', (part: Buffer) => parts.push(part));
    doc.on('end', () => resolve(new Uint8Array(Buffer.concat(parts))));
    doc.on('error', reject);
  });
}
