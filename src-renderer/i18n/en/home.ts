export const home = {
  title: 'Home',
  welcome: {
    title: 'Train text-matching models and see which is better, and why',
    text: 'A cross-encoder teacher, Siamese students and VIRT, trained on this machine. Nothing leaves it.',
    demo: 'Train the demo',
    demoText:
      'Generates a small alignment dataset and trains a teacher, a bi-encoder and a VIRT student on it. You watch live.',
    demoDetail: '3 runs, about 2 minutes on two CPU cores',
    demoStart: 'Start the demo',
    dataset: 'Open a dataset',
    datasetText:
      'MNLI, SNLI, QQP, MRPC, RTE, BoolQ, CLUE or any TSV, CSV, JSONL or Parquet file of text pairs. See what is in it, map its columns, train.',
    datasetDetail: 'Files stay where they are',
    datasetOpen: 'Choose a file',
    import: 'Import runs',
    importText:
      'Runs of another Virtlab, of TensorBoard, MLflow or Weights & Biases. Those you have already are not doubled.',
    importDetail: 'What is imported stays as it is',
    importOpen: 'Choose what to import',
  },
  now: {
    title: 'Running now',
    empty: 'Nothing runs. Start the demo or a new run.',
    newRun: 'New run',
    queue: 'Queue',
    loss: 'loss {value}',
    best: 'best {metric} {value}',
    rate: '{value} steps/s',
  },
  recent: {
    title: 'Recent runs',
    all: 'All runs',
    name: 'Name',
    model: 'Model',
    seed: 'Seed',
    metric: 'dev acc (best)',
    when: 'When',
    duration: 'Duration',
    status: 'Status',
  },
  start: {
    title: 'Start',
  },
  shortcuts: {
    title: 'Keys',
    all: 'All shortcuts',
  },
  demoStarted: 'The demo is training',
  datasetTitle: 'A file of text pairs',
  startTitle: 'Start something',
  empty: 'No runs yet',
} as const
