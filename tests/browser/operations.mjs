// What tests ask of the modules.
import * as cms from "../../app/static/browser/cms.js";
import { Signer } from "../../app/static/browser/signer.js";

const signerOf = ({ p12, password }) => Signer.fromP12(p12, password);

export const OPERATIONS = {
  certificate: async (given) => {
    const { certificate } = await signerOf(given);
    const { der, fingerprint, commonName, organizationIdentifier, personSerialNumber, key, validTo } = certificate;
    return { der, fingerprint, commonName, organizationIdentifier, personSerialNumber, key, validTo };
  },
  sign_statement: async (given) => cms.signStatement(given.statement, await signerOf(given)),
  sign_prepared: async (given) => cms.signPrepared(given.document, given.range, given.attributes, await signerOf(given)),
};
