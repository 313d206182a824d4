/** Stores the tuner's choices in the browser's IndexedDB, per origin. */
import type { TuningMemory } from '../trainer/tuner';

const STORE = 'choices';

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Makes one request to the store; resolves when the transaction is complete. */
async function transact<T>(
  name: string,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await openDatabase(name);
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/**
 * A memory for `tunePlan` in a page. If the page has no storage, measurements are repeated.
 * @param name of the database
 */
export function tuningDatabase(name = 'lockstep tuning'): TuningMemory {
  return {
    get: (key) =>
      transact<unknown>(name, 'readonly', (store) => store.get(key)).catch(() => undefined),
    set: (key, plan) =>
      transact(name, 'readwrite', (store) => store.put(plan, key)).then(
        () => {},
        () => {},
      ),
  };
}
