// The matrix of a role's requirements: the total of the points as one types, and what differs from the standard.
// Without scripts the server says both when the list is sent.

const FULL = 100;

for (const matrix of document.querySelectorAll("[data-matrix]")) {
  const line = matrix.parentElement.querySelector("[data-total-line]");
  const total = line.querySelector("[data-total]");
  const refresh = () => {
    let sum = 0;
    for (const input of matrix.querySelectorAll("[data-points]")) {
      sum += Math.round(Number(input.value) * 100);
    }
    total.textContent = String(sum / 100);
    total.classList.toggle("grade-excellent", sum === FULL * 100);
    total.classList.toggle("warn", sum !== FULL * 100);
    for (const row of matrix.tBodies[0].rows) {
      const inputs = [...row.querySelectorAll("[data-standard]")];
      const differs = inputs.some((input) => Number(input.value) !== Number(input.dataset.standard));
      row.querySelector("[data-differs]").hidden = !differs;
    }
  };
  matrix.addEventListener("input", refresh);
  line.hidden = false;
  refresh();
}
