import { requiredPackages } from '../contract/setup.ts'

export interface Stage {
  /** shown as the step's name and while it goes on */
  name: string
  /** fixed text for root's shell; nothing is ever put into it */
  script: string
  seconds: number
  /** what it means when it fails */
  failure: string
}

/** What a host gets: what the agent needs, and the services there are so far. */
export const packages = [...requiredPackages, 'acl', 'quota', 'php8.2-fpm', 'php8.2-cli']

/** Another installation may be under way, ours of a moment ago among them: then it is waited for. */
const patiently = `patiently() {
  for try in $(seq 150); do
    output=$("$@" 2>&1)
    code=$?
    [ $code = 0 ] && break
    case $output in *' lock '*) sleep 2 ;; *) break ;; esac
  done
  echo "$output"
  return $code
}
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
`

const apt = 'patiently apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=2'

/** Each may be repeated, and finishes what a killed one left half done. */
export const stages: Stage[] = [
  {
    name: 'Look at the system',
    script: `. /etc/os-release
echo "$PRETTY_NAME, signed in as $(id -un)"
[ "$ID $VERSION_ID $(id -u)" = "debian 12 0" ]`,
    seconds: 30,
    failure: 'Innkeeper sets up Debian 12, signed in as root. This is something else:',
  },
  {
    name: 'Read the package lists',
    script: `${patiently}patiently dpkg --configure -a && ${apt} update`,
    seconds: 600,
    failure: 'The package lists cannot be read:',
  },
  {
    name: 'Install packages',
    script: `${patiently}${apt} install --yes --no-install-recommends ${packages.join(' ')}`,
    seconds: 1200,
    failure: 'The packages cannot be installed:',
  },
]
