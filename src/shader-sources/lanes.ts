/**
 * The shader modules of the group `lanes` (groups.ts) by their paths under shaders/.
 * Made by `npm run generate` from the files there.
 */
import networkForwardLanePerNeuron from '../../shaders/network/forward-lane-per-neuron.wesl';
import networkNeuronPlaces from '../../shaders/network/neuron-places.wesl';
import updateLaneSums from '../../shaders/update/lane-sums.wesl';
import updateNeuronWeights from '../../shaders/update/neuron-weights.wesl';
import updateSampleStates from '../../shaders/update/sample-states.wesl';
import updateSubgroupExchange from '../../shaders/update/subgroup-exchange.wesl';
import updateUpdateLanePerNeuron from '../../shaders/update/update-lane-per-neuron.wesl';
import updateUpdateLanePerSample from '../../shaders/update/update-lane-per-sample.wesl';

export const SHADERS: Readonly<Record<string, string>> = {
  'network/forward-lane-per-neuron': networkForwardLanePerNeuron,
  'network/neuron-places': networkNeuronPlaces,
  'update/lane-sums': updateLaneSums,
  'update/neuron-weights': updateNeuronWeights,
  'update/sample-states': updateSampleStates,
  'update/subgroup-exchange': updateSubgroupExchange,
  'update/update-lane-per-neuron': updateUpdateLanePerNeuron,
  'update/update-lane-per-sample': updateUpdateLanePerSample,
};
