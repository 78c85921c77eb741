// What tests ask of the modules.
import * as cms from "../../app/static/browser/cms.js";
import { Signer } from "../../app/static/browser/signer.js";

import { trustOf } from "../../app/static/browser/trust.js";
import { judgeStatement } from "../../app/static/browser/verdicts.js";

const signerOf = ({ p12, password }) => Signer.fromP12(p12, password);

export const OPERATIONS = {
  certificate: async (given) => {
    const { certificate } = await signerOf(given);
    const { der, fingerprint, commonName, organizationIdentifier, personSerialNumber, key, validTo } = certificate;
    return { der, fingerprint, commonName, organizationIdentifier, personSerialNumber, key, validTo };
  },
  judge_statement: async ({ statement, cms: signed, trust, at, token }) => {
    const { passed, failed, code, organization, awaitsRevocationData } = await judgeStatement(statement, signed, trustOf(trust), at, token);
    return { passed, failed, code: code ?? null, organization, open: awaitsRevocationData };
  },
  sign_statement: async (given) => cms.signStatement(given.statement, await signerOf(given)),
  sign_prepared: async (given) => cms.signPrepared(given.document, given.range, given.attributes, await signerOf(given)),
};
